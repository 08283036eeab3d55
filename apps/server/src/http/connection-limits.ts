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

/** Beside those that listen: for requests, and for screens that ask without a live line. */
const besideListeners = 1_000;
/** One address is a whole site where a proxy stands before us; the rest is kept for others, such as what looks after us. */
const shareOfAddress = 0.75;

/** As many listen at once where nothing else is set. */
export const defaultListeners = 1_000;

/** Where a process may use any number of files, and nothing else is set. */
export const connectionLimits: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  exchangeMs: 120_000,
  idleMs: 60_000,
  // Longer than the 60 s after which most proxies close, so that none sends into a connection we are closing.
  keepAliveMs: 72_000,
  checkEveryMs: 1_000,
  ...connectionsFor(defaultListeners),
};

function connectionsFor(listeners: number) {
  const connections = listeners + besideListeners;
  return {
    connections,
    connectionsPerAddress: Math.ceil(connections * shareOfAddress),
    liveClients: listeners,
  };
}

/**
 * No more connections than half the files and sockets the process may have open: the other half is for its database, its
 * clusters and its metric sources, which nobody outside can use up. Of those that are fewer than wanted, half may listen.
 */
export function limitsFor(openFiles: number, listeners: number = defaultListeners): ConnectionLimits {
  const wanted = connectionsFor(listeners);
  const most = Math.floor(openFiles / 2);
  if (wanted.connections <= most) return { ...connectionLimits, ...wanted };
  return {
    ...connectionLimits,
    connections: most,
    connectionsPerAddress: Math.ceil(most * shareOfAddress),
    liveClients: Math.min(listeners, Math.floor(most / 2)),
  };
}
