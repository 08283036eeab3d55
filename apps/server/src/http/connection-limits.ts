/** How many connections are kept and how long each may take for what; durations in milliseconds. */
export interface ConnectionLimits {
  /** From the first byte of a connection, or of a further request on it, to the end of its headers. */
  headersMs: number;
  /** The same to the end of its body; longer is answered 408. */
  requestMs: number;
  /** From the end of its headers to the end of the answer, however slowly that is read. */
  exchangeMs: number;
  /** Without a byte moving in either direction while a request is under way. */
  idleMs: number;
  /** Between two requests. */
  keepAliveMs: number;
  /** How often the first two are looked at. */
  checkEveryMs: number;
  /** Connections at once; further ones are not taken. */
  connections: number;
  /** Connections at once from one address; further ones are closed at once. */
  connectionsPerAddress: number;
  /** Live connections at once. */
  liveClients: number;
}

/** Where a process may use any number of files. */
export const connectionLimits: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  exchangeMs: 120_000,
  idleMs: 60_000,
  // Longer than the 60 s after which most proxies close, so that none sends into a connection we are closing.
  keepAliveMs: 72_000,
  checkEveryMs: 1_000,
  connections: 2_000,
  connectionsPerAddress: 1_000,
  liveClients: 1_000,
};

/**
 * No more connections than half the files and sockets the process may have open: the other half is for its database, its
 * clusters and its metric sources, which nobody outside can use up.
 */
export function limitsFor(openFiles: number): ConnectionLimits {
  const connections = Math.min(connectionLimits.connections, Math.floor(openFiles / 2));
  return {
    ...connectionLimits,
    connections,
    connectionsPerAddress: Math.min(connectionLimits.connectionsPerAddress, Math.ceil(connections * 0.8)),
    liveClients: Math.min(connectionLimits.liveClients, Math.floor(connections / 2)),
  };
}
