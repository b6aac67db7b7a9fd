"""A plug-in in the form of Accelergy 0.3: asked by dictionaries, answers in pJ and um2."""

from accelergy.helper_functions import oneD_linear_interpolation, oneD_quadratic_interpolation


class OldTable:
    """Adders linearly, multipliers with the square of the bits."""

    def __init__(self):
        self.estimator_name = "old table"

    def primitive_action_supported(self, interface):
        if interface["class_name"] != "ternary":
            return 0
        return 75 if interface["arguments"] is None else 60

    def estimate_energy(self, interface):
        bits = interface["attributes"]["bits"]
        known = [{"x": 0, "y": 0}, {"x": 32, "y": 3.2}]
        if interface["action_name"] == "add":
            return oneD_linear_interpolation(bits, known)
        if interface["action_name"] == "multiply":
            return oneD_quadratic_interpolation(bits, known)
        raise ValueError("no such action")

    def primitive_area_supported(self, interface):
        return self.primitive_action_supported({**interface, "arguments": None})

    def estimate_area(self, interface):
        return 5 * interface["attributes"]["bits"]
