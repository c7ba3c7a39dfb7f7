/* SPDX-License-Identifier: MIT */
#ifndef PRLKVM_IMAGE_NBD_URI_H
#define PRLKVM_IMAGE_NBD_URI_H

/*
 * The address of an NBD export as libnbd takes it, allocated; NULL: it is none (or no memory). Understands nbd://host:port/name (braces of a uuid
 * and other characters that a URI cannot have are escaped), nbd+unix:///name?socket=path, and the older nbd:host:port[:exportname=name] and
 * nbd:unix:path[:exportname=name].
 */
char *nbd_uri_of(const char *address);

#endif
