"""Plug-ins in the forms of Accelergy 0.4: SI units, classes that say what they are."""

from accelergy.plug_in_interface.estimator import Estimator, actionDynamicEnergy
from accelergy.plug_in_interface.interface import (
    AccelergyPlugIn,
    AccelergyQuery,
    AccuracyEstimation,
    Estimation,
)


class Laser(Estimator):
    """Parameters of the constructor are attributes, those of an action its arguments."""

    name = ["laser", "Laser"]
    percent_accuracy_0_to_100 = 77

    def __init__(self, power: float, wavelength: int = 1550):
        self.power = power
        self.wavelength = wavelength

    @actionDynamicEnergy
    def pulse(self, seconds: float) -> float:
        self.logger.info("pulse")
        return self.power * seconds

    def helper(self):
        return 0

    def leak(self, global_cycle_seconds: float) -> float:
        return 1e-6 * global_cycle_seconds

    def get_area(self) -> float:
        return 3e-9


class Mirror(AccelergyPlugIn):
    """The longer form."""

    def __init__(self):
        super().__init__()

    def get_name(self) -> str:
        return "mirror plug-in"

    def primitive_action_supported(self, query: AccelergyQuery) -> AccuracyEstimation:
        assert "size" in query.class_attrs, "no size"
        return AccuracyEstimation(55 if query.class_name == "mirror" else 0)

    def estimate_energy(self, query: AccelergyQuery) -> Estimation:
        return Estimation(query.class_attrs["size"], "p")

    def primitive_area_supported(self, query: AccelergyQuery) -> AccuracyEstimation:
        return self.primitive_action_supported(query)

    def estimate_area(self, query: AccelergyQuery) -> Estimation:
        return Estimation(query.class_attrs["size"] * 2, "u^2")
