import numpy as np

from waveloom.execution.cost import Cost, current_cost


def test_processor_time_and_memory_are_measured():
    before = current_cost()
    array = np.ones(40_000_000)
    while current_cost().since(before).cpu_minutes * 60 < 0.2:
        array += 1
    spent = current_cost().since(before)
    assert 0.2 <= spent.cpu_minutes * 60 < 60
    assert spent.peak_memory_mb > 300  # the array takes 320 MB


def test_since_subtracts_time_and_keeps_the_peak_memory():
    assert Cost(3.0, 200.0).since(Cost(1.0, 150.0)) == Cost(2.0, 200.0)
