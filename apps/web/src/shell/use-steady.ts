import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type Steady, steadyOrder } from './steady-order.ts';

/** An idle pointer lets go after this long, so that a forgotten mouse never hides what began since. */
const idleMs = 8000;

/** Whether a pointer is at work inside an element; spread `handlers` on it. */
export function usePointerHold() {
  const [held, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const release = () => {
    clearTimeout(timer.current);
    setHeld(false);
  };
  const hold = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(release, idleMs);
    setHeld(true);
  };
  const leave = (event: PointerEvent) => {
    // A lifted finger "leaves" at once, and its press may have changed the list under it: idle time frees it.
    if (event.pointerType === 'mouse') release();
  };
  return { held, release, handlers: { onPointerMove: hold, onPointerDown: hold, onPointerLeave: leave } };
}

/** The list as it may be shown now: see `steadyOrder`. */
export function useSteady<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  held: boolean,
  placeOf?: (item: T) => string,
) {
  const shown = useRef<readonly Steady<T>[]>([]);
  const list = useMemo(
    () => steadyOrder(shown.current, items, keyOf, held, placeOf),
    [items, keyOf, held, placeOf],
  );
  useEffect(() => {
    shown.current = list;
  }, [list]);
  return list;
}
