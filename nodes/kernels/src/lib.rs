//! DSP kernels.
#![no_std]
