import { type RefObject, useEffect } from 'react';

/** Who closes a dialog or a menu gives the focus back a moment later: only what is lost after that is lost. */
const lostAfterMs = 120;

/**
 * Focus is never lost to the body: when the element that has it goes away, its nearest heading that is still there takes
 * it, so that who reads by ear or by keys goes on where they were.
 */
export function useKeptFocus(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = area.current;
    if (!root) return;
    let path: Element[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent) => {
      path = target instanceof Element ? ancestors(target, root) : [];
    };
    const mend = () => {
      if (document.activeElement !== document.body) return;
      headingNear(path.find((element) => element.isConnected) ?? root, root)?.focus({ preventScroll: true });
      path = [];
    };
    const observer = new MutationObserver(() => {
      const [focused] = path;
      if (!focused || focused.isConnected) return;
      clearTimeout(timer);
      timer = setTimeout(mend, lostAfterMs);
    });
    root.addEventListener('focusin', remember);
    observer.observe(root, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      root.removeEventListener('focusin', remember);
    };
  }, [area]);
}

function ancestors(element: Element, root: Element): Element[] {
  const found = [element];
  for (let one = element.parentElement; one && one !== root; one = one.parentElement) found.push(one);
  return found;
}

function headingNear(start: Element, root: Element): HTMLElement | null {
  for (let one: Element | null = start; one; one = one.parentElement) {
    const heading = one.querySelector<HTMLElement>('h1, h2, h3');
    if (heading) {
      heading.tabIndex = -1;
      return heading;
    }
    if (one === root) return null;
  }
  return null;
}
