import { useEffect, useRef } from 'react';

const typing = 'input, textarea, select, [contenteditable="true"], [role="dialog"]';
const sequenceMs = 1200;

/** Runs single keys (`?`) and two-key sequences (`g n`), never while somebody types or holds a modifier. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const first = useRef<{ key: string; at: number }>({ key: '', at: 0 });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(typing)) return;
      const begun = Date.now() - first.current.at < sequenceMs ? `${first.current.key} ${event.key}` : '';
      first.current = { key: event.key, at: Date.now() };
      const run = keys[begun] ?? keys[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [keys]);
}
