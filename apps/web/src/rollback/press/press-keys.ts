import type { KeyboardEvent } from 'react';

/** Of checkboxes beside the button: Enter presses it, and so does its letter, which is no shortcut while a checkbox has the focus. */
export function pressKeys(press: () => void, letter: string | null) {
  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key !== 'Enter' && event.key !== letter) return;
    event.preventDefault();
    press();
  };
}
