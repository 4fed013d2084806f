# %% [markdown]
# # Start here
#
# In this course you write neural networks yourself, in NumPy, from a straight line through data to an
# encoder and decoder with attention. You derive each gradient on paper and then write it down as a
# function of a few lines. **Checks** tell you at once whether it is right and, where it is not, what went
# wrong. The experiments then train networks made of your own functions.
#
# You need Python with a little NumPy, the derivative of a function of several variables, and matrix
# products. No graphics card: every notebook runs on an ordinary laptop, each experiment within seconds.

# %% [markdown]
# ## How an exercise works
#
# An exercise has two cells: in the first you write a function, the second checks it. Here is one, already
# written, with a mistake in it. `average` shall return the average of the numbers in `x`, an array of
# shape $(N,)$. *By hand:* the average of 2, 4 and 9 is 5.
#
# 1. Run the next three cells. (Click on the first, then press Shift and Enter three times.)
# 2. Read what the check says: what was wrong, what most likely caused it, and one example.
# 3. Mend the function, run its cell and the check again, until the check passes.

# %%
import numpy as np

from autograder import check

# %%
def average(x):
    """x (N,) -> a number."""
    return np.sum(x)

# %%
check(average)

# %% [markdown]
# In the chapters the function is a stub with the line `raise NotImplementedError()`: delete that line and
# write yours in its place. A check of a stub says in one line that it is not written yet.
#
# Some cells ask for a number or a letter, a **quiz**, and are checked in the same way. Questions in words
# are graded by a person where there is one; otherwise compare your answer with the solution.

# %% [markdown]
# ## When you are stuck
#
# Ask for a hint. Each call goes one step further: the idea, the shapes of the arrays on the way, the next
# line of the derivation, and last, for an exercise of a chapter, where the worked solution is. This small
# one has three steps. Run this cell several times:

# %%
check.hint("average")

# %% [markdown]
# - `check.example("average")` gives the inputs on which the last check failed, your result and the right
#   one, to look at.
# - Write the shape of every array beside it. Most mistakes with gradients are mistakes of shape or scale.
# - Worked solutions with every figure are in the folder `solutions` of the course, beside `work`.
# - A notebook that behaves strangely has often been run out of order: choose *Kernel → Restart Kernel and
#   Run All Cells*. It goes to the end even where exercises are not written yet.
# - The reports can be read in Chinese: `check.language("zh")`.

# %% [markdown]
# ## The chapters
#
# In this order: each builds on the functions of those before. The hours are an estimate for a first
# reading with all exercises.
#
# | chapter | you write, among others | hours |
# |---|---|---|
# | [1 · Machine learning overview](01_ml_overview/01_what_learning_is.ipynb) | PCA, k-means, ridge regression, cross-validation, gradient descent | 9 |
# | [2 · Linear models and losses](02_linear_models/01_linear_regression.ipynb) | softmax and cross-entropy, hinge loss, the numerical gradient | 10 |
# | [3 · Feedforward networks and backpropagation](03_feedforward/01_neurons_and_activations.ipynb) | activations, a computational graph, optimizers, dropout, batch norm | 15 |
# | [4 · Convolutional networks](04_cnn/01_why_convolution.ipynb) | convolution and its backward pass, pooling, residual units | 9 |
# | [5 · Recurrent networks and LSTM](05_rnn_lstm/01_memory_and_unrolling.ipynb) | backpropagation through time, LSTM, GRU, attention | 12 |

# %% [markdown]
# ## What you have done
#
# Every check that passes is remembered in this folder and nowhere else. Run this cell for the map:

# %%
check.progress()

# %% [markdown]
# ## Good to know
#
# - You work in a copy, the folder `work`. When the course changes, the next start brings your copy up to
#   date (or `python3 start.py update`): what you wrote stays, and each notebook as it was before is kept in
#   `work/.course/copies`.
# - The **Validate** button above a notebook runs all of it as a grader would, and lists what is not right
#   or not written yet.
# - A cell that takes three seconds or longer says so in its first line, and shows a bar from six seconds on.
#   Cells that only draw are folded; a click on their three dots opens them.
# - In another editor, on a hub or in a cloud notebook: `pip install` of this project into the notebook's
#   Python is all that a notebook needs.
# - In Colab, a notebook opens at
#   `https://colab.research.google.com/github/OWNER/REPOSITORY/blob/main/chapters/02_linear_models/01_linear_regression.ipynb`
#   (OWNER/REPOSITORY: where the course is on GitHub). Run
#   `!pip install git+https://github.com/OWNER/REPOSITORY` there first, in a cell of its own.
