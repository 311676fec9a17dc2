import numpy as np

from waveloom.execution.cost import Cost, cost


def test_work_costs_processor_time_and_memory():
    before = cost()
    held = np.ones(40_000_000)
    while cost().since(before).cpu_minutes * 60 < 0.2:
        held += 1
    spent = cost().since(before)
    assert 0.2 <= spent.cpu_minutes * 60 < 60
    assert spent.peak_memory_mb > 300  # 320 MB were held


def test_time_is_counted_from_the_start_and_memory_is_not():
    assert Cost(3.0, 200.0).since(Cost(1.0, 150.0)) == Cost(2.0, 200.0)
