from waveloom.ingest.corpora import Recording
from waveloom.ingest.corpora._label_hierarchy import specific_labels, with_specific_label


def test_ancestors_of_another_label_are_removed():
    rows = [["Bark", "Dog", "Animal"], ["Meow", "Cat", "Animal"], ["Dog", "Animal"], ["Cat", "Animal"]]
    assert specific_labels(rows) == [["Bark"], ["Meow"], ["Dog"], ["Cat"]]


def test_two_sounds_in_one_clip_leave_two_labels_for_any_order_of_ancestors():
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


def test_a_label_that_always_occurs_with_another_is_below_it():
    # A limitation of inferring the hierarchy from rows: two sounds that always occur together count as one.
    assert specific_labels([["Bark", "Rain"], ["Rain"]])[0] == ["Bark"]


def test_of_labels_that_always_occur_together_the_first_is_used():
    assert specific_labels([["Purr", "Cat"], ["Purr", "Cat"]]) == [["Purr"], ["Purr"]]


def test_a_single_label_and_no_label_are_unchanged():
    assert specific_labels([["Speech"], []]) == [["Speech"], []]


def test_a_recording_of_several_sounds_is_rejected_and_keeps_an_earlier_reason():
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
