import { useLayoutEffect, useRef } from 'react';

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
    return () => {
      const { activeElement } = document;
      if (activeElement !== null && activeElement !== document.body && activeElement.isConnected) return;
      const back = before.current;
      const place = back instanceof HTMLElement && back.isConnected ? back : document.getElementById('main');
      place?.focus({ preventScroll: true });
    };
  }, [shown]);
  return undo;
}
