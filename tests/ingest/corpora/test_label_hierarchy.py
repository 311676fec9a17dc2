from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._label_hierarchy import specific_labels, with_specific_label


def test_what_lies_above_another_label_is_dropped():
    rows = [["Bark", "Dog", "Animal"], ["Meow", "Cat", "Animal"], ["Dog", "Animal"], ["Cat", "Animal"]]
    assert specific_labels(rows) == [["Bark"], ["Meow"], ["Dog"], ["Cat"]]


def test_two_sounds_in_one_clip_leave_two_labels_in_whatever_order_their_ancestors_stand():
    rows = [
        ["Bark", "Rain", "Animal", "Dog", "Water"],
        ["Bark", "Dog", "Animal"],
        ["Rain", "Water"],
        ["Water"],
        ["Dog", "Animal"],
    ]
    assert specific_labels(rows)[0] == ["Bark", "Rain"]


def test_real_rows_of_fsd50k():
    rows = """
        Bark,Dog,Domestic_animals_and_pets,Animal
        Bark,Animal,Dog,Domestic_animals_and_pets
        Bark,Dog,Rain,Domestic_animals_and_pets,Animal,Water
        Rain,Water
        Animal
        Alarm
        Alarm,Bell
        Bicycle,Vehicle
        Bicycle_bell,Alarm,Bicycle,Vehicle,Bell
        Bicycle_bell,Bell,Bicycle,Vehicle,Alarm
        Bell,Train,Rail_transport,Vehicle
        Train,Rail_transport,Vehicle
        Bell
    """
    assert specific_labels([row.split(",") for row in rows.split()]) == [
        ["Bark"],
        ["Bark"],
        ["Bark", "Rain"],
        ["Rain"],
        ["Animal"],
        ["Alarm"],
        ["Alarm", "Bell"],
        ["Bicycle"],
        ["Bicycle_bell"],
        ["Bicycle_bell"],
        ["Bell", "Train"],
        ["Train"],
        ["Bell"],
    ]


def test_a_label_never_heard_without_another_is_taken_to_lie_below_it():
    # The price of reading the hierarchy off the rows: two sounds that only ever met count as one.
    assert specific_labels([["Bark", "Rain"], ["Rain"]])[0] == ["Bark"]


def test_labels_that_are_always_together_go_by_the_first():
    assert specific_labels([["Purr", "Cat"], ["Purr", "Cat"]]) == [["Purr"], ["Purr"]]


def test_a_label_alone_and_no_label_stay_as_they_are():
    assert specific_labels([["Speech"], []]) == [["Speech"], []]


def test_a_recording_of_several_sounds_is_refused_and_an_earlier_reason_kept():
    found = [
        Recording("1", label="A,B"),
        Recording("2", label="A"),
        Recording("3", label="B"),
        Recording("4", reason="x"),
    ]
    assert [(r.label, r.reason) for r in with_specific_label(found, ",")] == [
        ("", "several labels: A, B"),
        ("A", ""),
        ("B", ""),
        ("", "x"),
    ]
