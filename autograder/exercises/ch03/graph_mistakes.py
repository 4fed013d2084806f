"""What goes wrong in a Value class: edits of the reference in graph.py."""

from __future__ import annotations

from autograder.checking.exercise import wrong

POW_LEFT = "    def __rpow__(self, other):\n        return Value(other) ** self\n"
ADD_LEFT = "    def __radd__(self, other):\n        return Value(other) + self\n"
LATE = "        for node in reversed(order):\n            for source, slope in node.sources:\n                source.grad += slope * node.grad\n"
WALK = """
        def push(node):
            for source, slope in node.sources:
                source.grad += slope * node.grad
                push(source)

        push(self)
"""
LEVELS = """
        queue = [self]
        while queue:
            node = queue.pop(0)
            for source, slope in node.sources:
                source.grad += slope * node.grad
                if id(source) in seen:
                    seen.discard(id(source))
                    queue.append(source)
"""
LOCAL = "Take the formula of this operation alone and differentiate it by hand."
LEFT = "Python asks the right operand when the left one is a plain number: under which method name?"
ORDER = "When may a node hand its gradient on? After everything that uses it has done so."

MISTAKES = [
    wrong("overwrites", "A Value used twice gets gradients from both sides. What becomes of the first?", "source.grad += slope", "source.grad = slope"),
    wrong("not_started_from_zero", "backward() sets gradients; what was there from an earlier call has no part in it.", "            node.grad = 0.0\n", "            pass\n"),
    wrong("start_missing", "What is the derivative of the result with respect to itself?", "self.grad = 1.0", "pass"),
    wrong("start_adds", "What is the derivative of the result with respect to itself, at the second call too?", "            node.grad = 0.0\n", "            node.grad *= node is self\n",
          "self.grad = 1.0", "self.grad += 1.0"),
    wrong("order_not_reversed", ORDER, "reversed(order)", "order"),
    wrong("hands_on_too_early", ORDER, LATE, WALK),
    wrong("level_by_level", ORDER, LATE, LEVELS),
    wrong("visited_before_sources", ORDER, "                seen.add(id(node))\n", "                seen.add(id(node))\n                order.insert(0, node)\n",
          "                order.append(node)\n", ""),
    wrong("equal_numbers_taken_for_one", "Two Values may hold the same number and still be two.", "id(node)", "node.data"),
    wrong("first_sources_only", "How far back does the chain reach?", "                    visit(source)\n", "                    order.insert(0, source)\n"),
    wrong("upstream_missing", "The chain rule multiplies the local slope with something.", "slope * node.grad", "slope"),
    wrong("sum_for_product", "How does the chain rule join two slopes?", "slope * node.grad", "(slope + node.grad)"),
    wrong("add_second_ignored", LOCAL, "((self, 1.0), (other, 1.0))", "((self, 1.0), (other, 0.0))"),
    wrong("sub_sign", LOCAL + " Which of the two numbers has a minus?", "(other, -1.0)", "(other, 1.0)"),
    wrong("mul_not_swapped", "If a grows a little, by how much does a·b grow?", "((self, other.data), (other, self.data))", "((self, self.data), (other, other.data))"),
    wrong("mul_like_add", "If a grows a little, by how much does a·b grow?", "((self, other.data), (other, self.data))", "((self, 1.0), (other, 1.0))"),
    wrong("div_sign", "If the denominator grows, does the quotient grow?", "-self.data / other.data**2", "self.data / other.data**2"),
    wrong("div_not_squared", LOCAL + " Write a/b as a·b⁻¹.", "-self.data / other.data**2", "-self.data / other.data"),
    wrong("div_numerator_missing", LOCAL + " Write a/b as a·b⁻¹.", "-self.data / other.data**2", "-1.0 / other.data**2"),
    wrong("div_first_slope", LOCAL, "1.0 / other.data)", "other.data)"),
    wrong("pow_exponent_kept", "What happens to the exponent in the power rule?", "** (other - 1)", "** other", "** (other.data - 1)", "** other.data"),
    wrong("pow_factor_missing", "The power rule has a factor in front.", "other * self.data **", "self.data **", "other.data * self.data **", "self.data **"),
    wrong("pow_exponent_without_slope", "With two Values the exponent has a gradient too.", "power * math.log(self.data)", "0.0"),
    wrong("pow_log_missing", LOCAL + " Write a^b as exp(b·log a).", "power * math.log(self.data)", "power"),
    wrong("pow_log_of_exponent", LOCAL + " Write a^b as exp(b·log a).", "math.log(self.data))", "math.log(abs(other.data)))"),
    wrong("left_add_missing", LEFT, ADD_LEFT, ""),
    wrong("left_pow_missing", LEFT, POW_LEFT, ""),
    wrong("left_sub_reversed", "In 2 - v, which one is subtracted?", "Value(other) - self", "self - other"),
    wrong("left_div_reversed", "In 2 / v, which one is the denominator?", "Value(other) / self", "self / other"),
    wrong("left_pow_reversed", "In 2 ** v, which one is the exponent?", "Value(other) ** self", "self**other"),
    wrong("exp_slope_of_input", "The slope of exp is the one function that is its own derivative.", "((self, out),))\n\n    def log", "((self, self.data),))\n\n    def log"),
    wrong("exp_slope_one", LOCAL, "((self, out),))\n\n    def log", "((self, 1.0),))\n\n    def log"),
    wrong("log_slope", LOCAL, "1.0 / self.data),))", "self.data),))"),
    wrong("log_slope_of_out", "The slope of log is taken at its input.", "1.0 / self.data),))", "1.0 / math.log(self.data)),))"),
    wrong("log_base_ten", "Which base has the logarithm of this course?", "Value(math.log(self.data)", "Value(math.log10(self.data)"),
    wrong("tanh_not_squared", "Is the slope of tanh the same at x and at -x?", "1.0 - out**2", "1.0 - out"),
    wrong("tanh_slope_of_out", "You have tanh(x) already; tanh of that is something else.", "1.0 - out**2", "1.0 - math.tanh(out) ** 2"),
    wrong("tanh_slope_of_logistic", "That is the slope of another S-shaped curve.", "1.0 - out**2", "out * (1.0 - out)"),
    wrong("max_to_both", "If the smaller one grows a little, does the maximum change?", "(self, float(first)), (other, float(not first))", "(self, 1.0), (other, 1.0)"),
    wrong("max_halved", "If the smaller one grows a little, does the maximum change?", "(self, float(first)), (other, float(not first))", "(self, 0.5), (other, 0.5)"),
    wrong("max_to_smaller", "Which of the two decides the maximum?", "(self, float(first)), (other, float(not first))", "(self, float(not first)), (other, float(first))"),
    wrong("max_to_first", "Which of the two decides the maximum?", "(self, float(first)), (other, float(not first))", "(self, 1.0), (other, 0.0)"),
    wrong("minimum", "Which of the two is returned?", "self.data > other.data", "self.data < other.data"),
    wrong("max_slope_is_value", LOCAL, "(self, float(first)), (other, float(not first))", "(self, first * self.data), (other, (not first) * other.data)"),
]  # fmt: skip
