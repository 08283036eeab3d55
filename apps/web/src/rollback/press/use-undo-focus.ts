import { useEffect, useLayoutEffect, useRef } from 'react';

/**
 * Undo has the focus from the press on. When it goes, the focus goes back to where the press came from, never to the body.
 */
export function useUndoFocus(shown: boolean) {
  const undo = useRef<HTMLButtonElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (!shown) return;
    before.current = document.activeElement;
    undo.current?.focus({ preventScroll: true });
  }, [shown]);
  // Not in the same effect: only now it is gone from the page.
  useEffect(() => {
    if (!shown) return;
    return () => {
      if (document.activeElement !== document.body && document.activeElement !== null) return;
      const from = before.current;
      const isPlace = from instanceof HTMLElement && from !== document.body && from.isConnected;
      (isPlace ? from : document.getElementById('main'))?.focus({ preventScroll: true });
    };
  }, [shown]);
  return undo;
}
