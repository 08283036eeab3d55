import { signWith } from '@lastgood/api-client';
import { useSyncExternalStore } from 'react';

const key = 'lastgood.name';
/** Somebody who does not want to be asked again. */
const declined = 'lastgood.unsigned';

/** The longest name that the server takes. */
export const longestName = 60;

type Listener = () => void;

/**
 * The name a person gives to sign acts with, until there is sign-in: kept in this browser, proven by nothing, and marked so in every
 * record. It never stands before an act.
 */
export function createSignature(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
  let name = storage.getItem(key);
  let isAsked = name !== null || storage.getItem(declined) !== null;
  const listeners = new Set<Listener>();
  signWith(name);
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    name: () => name,
    /** Whether the question was answered, by a name or by *not now*. */
    isAsked: () => isAsked,
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Blank: acts are not signed any more. */
    become(given: string): void {
      name = given.trim().slice(0, longestName) || null;
      if (name === null) storage.removeItem(key);
      else storage.setItem(key, name);
      isAsked = true;
      signWith(name);
      tell();
    },
    decline(): void {
      storage.setItem(declined, 'yes');
      isAsked = true;
      tell();
    },
  };
}

export const signature = createSignature(window.localStorage);

export function useSignature() {
  const name = useSyncExternalStore(signature.subscribe, signature.name);
  const isAsked = useSyncExternalStore(signature.subscribe, signature.isAsked);
  return { name, isAsked };
}
