import { useEffect, useRef } from 'react';

/** Milliseconds in which it is read how it ended. */
const lingerMs = 6_000;

/** Ends what is over after it could be read. */
export function useLinger(over: boolean, onOver: () => void): void {
  const end = useRef(onOver);
  useEffect(() => {
    end.current = onOver;
  });
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(() => end.current(), lingerMs);
    return () => clearTimeout(timer);
  }, [over]);
}
