/* SPDX-License-Identifier: MIT */
/* What both sides call themselves. The interface gets another name when an old library could not talk to a new service. */
#ifndef PRLKVM_WIRE_VERSION_H
#define PRLKVM_WIRE_VERSION_H

#define PRLKVM_VERSION "9.0.41" /* also the product version clients are told: they split it at two dots */
#define PRLKVM_PRODUCT "prlkvm"
#define WIRE_INTERFACE "org.prlkvm"

#endif
