"""TensorFlow and Keras, imported in one place and in one state whatever ``~/.keras/keras.json`` says."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras as keras
import tensorflow as tf

keras.config.set_image_data_format("channels_last")
keras.config.set_floatx("float32")
keras.config.set_epsilon(1e-7)
keras.config.set_dtype_policy("float32")

tf = tf
