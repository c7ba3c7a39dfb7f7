/* SPDX-License-Identifier: MIT */
/*
 * PrlPorts.h: TCP ports of the service.
 */

#ifndef PRL_PORTS_H
#define PRL_PORTS_H

/** The service listens here for clients. */
#define PRL_DISPATCHER_LISTEN_PORT 64000
/** Reserved for mobile clients; this implementation does not listen on it. */
#define PRL_DISPATCHER_LISTEN_PORT_PMOBILE 62319

#endif /* PRL_PORTS_H */
