"""scikit-learn's logistic regression on the rows of an example: python3 examples/18-breast-cancer/logistic.py [FOLDER]
Inputs are brought to zero mean and unit variance, constant ones left at zero, by the training rows; all settings are scikit-learn's defaults
but the number of iterations. Needs scikit-learn (Debian: python3-sklearn)."""
import csv
import os
import sys

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def rows(path):
    with open(path) as file:
        table = numpy.array([[float(cell) for cell in row] for row in list(csv.reader(file))[1:]])
    return table[:, :-1], table[:, -1]


folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
(train, labels), (test, answers) = (rows(os.path.join(folder, name)) for name in ("train.csv", "test.csv"))
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=10000)).fit(train, labels)
print(f"scikit-learn {sklearn.__version__}: accuracy {model.score(train, labels):.4f}, accuracyTest {model.score(test, answers):.4f}")
