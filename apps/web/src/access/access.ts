import { ApiError, connect } from '@lastgood/api-client';

/** In this tab only, and gone with it: a token on disk outlives the person who typed it. */
const key = 'lastgood.token';

type Listener = () => void;

/**
 * Who asks. Unlocked until the server answers 401, because most servers stand on loopback and ask for nobody; then locked
 * until it knows a token.
 */
export function createAccess(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
  let token = storage.getItem(key);
  let isLocked = false;
  const listeners = new Set<Listener>();
  const become = (locked: boolean) => {
    if (locked === isLocked) return;
    isLocked = locked;
    for (const listener of listeners) listener();
  };
  connect({ token });
  return {
    locked: () => isLocked,
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Told of every fault of a request. */
    onFault(error: unknown): void {
      if (error instanceof ApiError && error.status === 401) become(true);
    },
    /** Used from now on; forgotten again by `refuse`. */
    present(given: string): void {
      token = given;
      connect({ token });
    },
    accept(): void {
      if (token !== null) storage.setItem(key, token);
      become(false);
    },
    refuse(): void {
      token = null;
      storage.removeItem(key);
      connect({ token: null });
    },
    /** What a websocket offers, because a browser cannot set its headers. */
    protocols: (): string[] => (token === null ? [] : [`bearer.${token}`]),
  };
}

export type Access = ReturnType<typeof createAccess>;
