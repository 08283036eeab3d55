/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/** What the page itself saw. */
export interface Watched {
  /** From the press to a frame in which Undo is drawn and has the focus, in milliseconds. */
  undoAfterMs: number;
  /** Where Undo was in every frame, the page being scrolled meanwhile. */
  places: string[];
}

/** Presses the button and, 800 ms later, Undo. By the page itself: three seconds are few for whoever asks from outside. */
export function pressAndUndo(page: Page): Promise<Watched> {
  return page.evaluate(
    () =>
      new Promise<Watched>((resolve) => {
        const places = new Set<string>();
        let undoAfterMs = 0;
        const buttons = [...document.querySelectorAll('button')];
        const began = performance.now();
        buttons.find((one) => one.textContent?.startsWith('Roll back to'))?.click();
        const look = () => {
          const undo = document.activeElement;
          const after = performance.now() - began;
          if (undo instanceof HTMLElement && undo.textContent?.startsWith('Undo')) {
            const { right, bottom, width } = undo.getBoundingClientRect();
            places.add([right, bottom, width].map(Math.round).join(' '));
            undoAfterMs ||= after;
            window.scrollTo(0, after);
            if (after > 800) {
              undo.click();
              resolve({ undoAfterMs, places: [...places] });
              return;
            }
          }
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
}
