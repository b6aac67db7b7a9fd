"""Runs estimators that are written in Python, for the program `tilewright`.

Started as `python3 -c <this file> PATH`. Writes the names of the estimators found, then answers one
question per line, all as JSON. Needs Python 3.8 and nothing else: where Accelergy is not installed,
`_stand_in` provides the names that its plug-ins import.
"""

import abc
import enum
import glob
import importlib.util
import inspect
import json
import logging
import numbers
import os
import sys
import types
import typing


class Declined(Exception):
    """The estimator cannot answer after all; the next best is asked."""


class Query:
    """A question to an estimator; see Tilewright's docs/energy.md."""

    def __init__(self, fields):
        self.quantity = fields["quantity"]  # energy (pJ), area (um2) or leakage (uW)
        self.component_class = fields["component_class"]
        self.attributes = fields["attributes"]
        self.action = fields["action"]
        self.arguments = fields["arguments"]


# --- three kinds of estimators -----------------------------------------------------------------


class Own:
    """A class with `support(query)` and `estimate(query)`, both in pJ, um2 and uW."""

    def __init__(self, estimator, name):
        self.estimator = estimator
        self.name = str(getattr(estimator, "name", name))

    def support(self, fields):
        answer = self.estimator.support(Query(fields))
        if answer is None or answer is False:
            return 0, "not supported"
        if isinstance(answer, tuple):
            return answer
        return answer, ""

    def estimate(self, fields):
        return self.estimator.estimate(Query(fields))


class Legacy:
    """A plug-in object of Accelergy: asked by dictionaries (0.3) or by queries (0.4)."""

    def __init__(self, plug_in, name):
        self.plug_in = plug_in
        self.is_new = hasattr(plug_in, "get_name")
        own = plug_in.get_name() if self.is_new else getattr(plug_in, "estimator_name", name)
        self.name = str(own)

    def question(self, fields):
        if self.is_new:
            return _accelergy("interface").AccelergyQuery.from_interface_dict(_interface(fields))
        interface = _interface(fields)
        if "arguments" in interface and not interface["arguments"]:
            interface["arguments"] = None
        return interface

    def support(self, fields):
        if fields["quantity"] == "leakage":
            return 0, "gives leakage as an action only"
        is_energy = fields["quantity"] == "energy"
        ask = (
            self.plug_in.primitive_action_supported
            if is_energy
            else self.plug_in.primitive_area_supported
        )
        try:
            accuracy = ask(self.question(fields))
        except Exception as error:  # Accelergy counts it as no
            return 0, f"{type(error).__name__}: {error}"
        value = getattr(accuracy, "value", accuracy)
        return (value if getattr(accuracy, "success", True) else 0), "not supported"

    def estimate(self, fields):
        is_energy = fields["quantity"] == "energy"
        ask = self.plug_in.estimate_energy if is_energy else self.plug_in.estimate_area
        try:
            answer = ask(self.question(fields))
        except Exception as error:  # Accelergy asks the next one
            raise Declined(f"{type(error).__name__}: {error}") from error
        if hasattr(answer, "get_value"):
            return answer.get_value() * 1e12  # J to pJ, m2 to um2
        return answer


class Wrapped:
    """A class of Accelergy 0.4 that says what it is: name, accuracy, actions as methods."""

    def __init__(self, estimator_class, name):
        self.estimator_class = estimator_class
        self.name = name
        known = estimator_class.name
        self.classes = [known] if isinstance(known, str) else list(known)

    @staticmethod
    def missing(function, given):
        """The first required parameter of a method that `given` lacks, and the fitting ones."""
        parameters = list(inspect.signature(function).parameters.values())[1:]
        for parameter in parameters:
            if parameter.default is parameter.empty and given.get(parameter.name) is None:
                return parameter.name, {}
        names = {parameter.name for parameter in parameters}
        return None, {k: v for k, v in given.items() if k in names and v is not None}

    def find(self, fields):
        """The method that answers, and its arguments; or why there is none."""
        if fields["component_class"] not in self.classes:
            return None, f"only {', '.join(self.classes)}"
        lacks, attributes = self.missing(self.estimator_class.__init__, fields["attributes"])
        if lacks is not None:
            return None, f"needs the attribute '{lacks}'"
        if fields["quantity"] == "leakage":
            return None, "gives leakage as an action only"
        if fields["quantity"] == "area":
            return ("get_area", attributes, {}), ""
        method = getattr(self.estimator_class, fields["action"], None)
        is_action = getattr(method, "_is_accelergy_action", False) or fields["action"] == "leak"
        if method is None or not is_action:
            return None, f"no action '{fields['action']}'"
        lacks, arguments = self.missing(method, fields["arguments"])
        if lacks is not None:
            return None, f"needs the argument '{lacks}'"
        return (fields["action"], attributes, arguments), ""

    def support(self, fields):
        found, reason = self.find(fields)
        return (self.estimator_class.percent_accuracy_0_to_100 if found else 0), reason

    def estimate(self, fields):
        (method, attributes, arguments), _ = self.find(fields)
        try:
            estimator = self.estimator_class(**attributes)
            estimator.logger = getattr(estimator, "logger", logging.getLogger(self.name))
            answer = getattr(estimator, method)(**arguments)
        except Exception as error:  # Accelergy asks the next one
            raise Declined(f"{type(error).__name__}: {error}") from error
        value = answer.get_value() if hasattr(answer, "get_value") else answer
        return value * 1e12


def _interface(fields):
    interface = {"class_name": fields["component_class"], "attributes": dict(fields["attributes"])}
    if fields["quantity"] == "energy":
        interface["action_name"] = fields["action"]
        interface["arguments"] = dict(fields["arguments"])
    return interface


# --- what plug-ins import of Accelergy ----------------------------------------------------------


def _accelergy(module):
    return sys.modules[f"accelergy.plug_in_interface.{module}"]


def _stand_in():
    """Modules with the names that plug-ins import of Accelergy."""

    class Unit(enum.Enum):
        """Factors of SI prefixes, squared where an area is meant."""

        NONE = 1.0

    prefixes = {"": 1, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3}
    words = {"": "none", "f": "femto", "p": "pico", "n": "nano", "u": "micro", "m": "milli"}

    def factor(unit):
        if unit is None or isinstance(unit, (int, float)):
            return 1 if unit is None else unit
        unit = str(unit)
        is_square = unit.endswith("^2") or unit.endswith("_sq")
        unit = unit[:-2] if unit.endswith("^2") else unit[:-3] if is_square else unit
        short = next((k for k, v in words.items() if v == unit), unit)
        return prefixes[short] ** (2 if is_square else 1)

    class Estimation:
        def __init__(self, value, unit=None, success=True):
            self.value, self.unit, self.success = value, factor(unit), success
            self.messages, self.estimator_name = [], None

        def get_value(self):
            return self.value * self.unit

        def fail(self, message):
            self.success, self.value = False, 0
            self.add_messages(message)

        def add_messages(self, messages):
            self.messages += [messages] if isinstance(messages, str) else messages

    class AccuracyEstimation(Estimation):
        def __init__(self, value, success=True):
            super().__init__(value, None, success)

    class AccelergyQuery:
        def __init__(self, class_name, class_attrs, action_name=None, action_args=None):
            self.class_name, self.action_name = class_name, action_name
            self.class_attrs = {k: v for k, v in class_attrs.items() if v is not None}
            self.action_args = {k: v for k, v in (action_args or {}).items() if v is not None}

        @classmethod
        def from_interface_dict(cls, interface):
            return cls(
                interface["class_name"],
                interface["attributes"],
                interface.get("action_name"),
                interface.get("arguments"),
            )

        def to_legacy_interface_dict(self):
            interface = {"class_name": self.class_name, "attributes": self.class_attrs}
            if self.action_name:
                interface["action_name"] = self.action_name
                interface["arguments"] = self.action_args or None
            return interface

    class ListLoggable:
        def __init__(self, name=None):
            self.logger = logging.getLogger(str(name or type(self).__name__))

    class AccelergyPlugIn(ListLoggable):
        pass

    class Estimator(ListLoggable):
        name = None
        percent_accuracy_0_to_100 = None

    class Description:
        def __init__(self, *args, **kwargs):
            self.args = args

    def action(function):
        function._is_accelergy_action = True
        return function

    def line(x, known):
        (x0, y0), (x1, y1) = ((point["x"], point["y"]) for point in known)
        return y0 + (y1 - y0) / (x1 - x0) * (x - x0)

    def parabola(x, known):
        (x0, y0), (x1, y1) = ((point["x"], point["y"]) for point in known)
        return y0 + (y1 - y0) / (x1**2 - x0**2) * (x**2 - x0**2)

    contents = {
        "accelergy": {},
        "accelergy.plug_in_interface": {},
        "accelergy.plug_in_interface.interface": {
            "Estimation": Estimation,
            "AccuracyEstimation": AccuracyEstimation,
            "AccelergyQuery": AccelergyQuery,
            "AccelergyPlugIn": AccelergyPlugIn,
            "UnitOption": Unit,
            # Plug-ins import all of it by `*`, and so what it imports itself.
            "Number": numbers.Number,
            "ABC": abc.ABC,
            "abstractmethod": abc.abstractmethod,
            **{n: getattr(typing, n) for n in ("Any", "Dict", "List", "Optional", "Tuple", "Union")},
        },
        "accelergy.plug_in_interface.estimator": {
            "Estimator": Estimator,
            "EnergyAreaEstimator": Estimator,
            "Estimation": Estimation,
            "actionDynamicEnergy": action,
            "add_estimator_path": lambda *args, **kwargs: None,
            "remove_estimator_path": lambda *args, **kwargs: None,
        },
        "accelergy.plug_in_interface.estimator_wrapper": {
            "SupportedComponent": Description,
            "PrintableCall": Description,
        },
        "accelergy.helper_functions": {
            "oneD_linear_interpolation": line,
            "oneD_quadratic_interpolation": parabola,
        },
    }
    for name, names in contents.items():
        module = types.ModuleType(name)
        module.__path__ = []
        module.__dict__.update(names)
        sys.modules[name] = module


def _prepare_accelergy():
    try:
        import accelergy.plug_in_interface.interface  # noqa: F401
    except Exception:
        _stand_in()


# --- finding estimators -------------------------------------------------------------------------


def _load(path):
    name = "tilewright_plug_in_" + "".join(c if c.isalnum() else "_" for c in path)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(folder)
    return module


def _classes(module):
    return [
        (name, found)
        for name, found in vars(module).items()
        if inspect.isclass(found)
        and found.__module__ == module.__name__
        and not inspect.isabstract(found)
    ]


def _in_module(module):
    found = []
    for name, kind in _classes(module):
        if hasattr(kind, "support") and hasattr(kind, "estimate"):
            found.append(Own(kind(), name))
        elif getattr(kind, "percent_accuracy_0_to_100", None) is not None:
            found.append(Wrapped(kind, name))
        elif hasattr(kind, "primitive_action_supported") and hasattr(kind, "estimate_energy"):
            found.append(Legacy(kind(), name))
    return found


def _scalar(text):
    return text.strip().strip("\"'")


def _descriptions(path):
    """`module` and `class` of an `*.estimator.yaml`, which is two levels of keys."""
    found, lists, current = {}, [], None
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            line = line.split("#")[0].rstrip()
            if not line:
                continue
            if line.lstrip().startswith("- "):
                if current == "python_plug_ins":
                    lists.append(_scalar(line.lstrip()[2:]))
                continue
            key, _, value = line.partition(":")
            if not line[0].isspace():
                current = key.strip()
            else:
                found.setdefault(current, {})[key.strip()] = _scalar(value)
    return [entry for entry in found.values() if "module" in entry and "class" in entry], lists


def _find(path):
    if os.path.isfile(path) and path.endswith(".py"):
        return _in_module(_load(path))
    if os.path.isfile(path) and path.endswith(".estimator.yaml"):
        specs = [path]
    elif os.path.isdir(path):
        specs = sorted(glob.glob(os.path.join(glob.escape(path), "**/*.estimator.yaml"), recursive=True))
    else:
        raise FileNotFoundError(f"'{path}' is no Python file, .estimator.yaml or folder")
    found = []
    for spec in specs:
        folder = os.path.dirname(spec)
        entries, files = _descriptions(spec)
        for entry in entries:
            file = os.path.join(folder, entry["module"])
            module = _load(file if file.endswith(".py") else file + ".py")
            arguments = [entry["parameters"]] if "parameters" in entry else []
            kind = getattr(module, entry["class"])
            required = [
                p
                for p in list(inspect.signature(kind.__init__).parameters.values())[1:]
                if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
            ]
            if required and not arguments:
                arguments = [""] * len(required)  # CACTI's prefix of file names
            found.append(Legacy(kind(*arguments), entry["class"]))
        for file in files:
            target = os.path.join(folder, file)
            if os.path.isdir(target):
                for inner in sorted(glob.glob(os.path.join(glob.escape(target), "**/*.py"), recursive=True)):
                    found += _in_module(_load(inner))
            else:
                found += _in_module(_load(target))
    if not specs:
        for file in sorted(glob.glob(os.path.join(glob.escape(path), "*.py"))):
            found += _in_module(_load(file))
    return found


# --- the conversation ---------------------------------------------------------------------------


def _text(number):
    return repr(float(number))  # a text, as JSON has no NaN


def _answer(estimators, question):
    estimator = estimators[question["estimator"]]
    try:
        if question["call"] == "support":
            accuracy, reason = estimator.support(question["query"])
            return {"accuracy": _text(accuracy), "reason": str(reason)}
        return {"value": _text(estimator.estimate(question["query"]))}
    except Declined as reason:
        return {"declined": str(reason)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _main():
    # What a plug-in prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    questions = os.fdopen(os.dup(0), "r", encoding="utf-8")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        _prepare_accelergy()
        estimators = _find(sys.argv[1])
        answers.write(json.dumps({"estimators": [e.name for e in estimators]}) + "\n")
    except Exception as error:
        answers.write(json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n")
        return
    for line in questions:
        answers.write(json.dumps(_answer(estimators, json.loads(line))) + "\n")


if __name__ == "__main__":
    _main()
