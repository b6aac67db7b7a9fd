"""Estimators as users write them, good and bad."""


class Converter:
    """An ADC whose energy doubles with every bit."""

    name = "converter"

    def support(self, query):
        if query.component_class != "adc":
            return 0, "adc only"
        print("plug-ins may print")
        return 85, "made up"

    def estimate(self, query):
        if query.quantity == "area":
            return 1000
        return 0.01 * 2 ** query.attributes["resolution"]


class Faulty:
    """Fails in the way that its class of component says."""

    def support(self, query):
        return 99 if query.component_class.startswith("faulty") else None

    def estimate(self, query):
        if query.component_class == "faulty_nan":
            return float("nan")
        if query.component_class == "faulty_negative":
            return -2
        raise KeyError("wafer")
