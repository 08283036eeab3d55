import { useEffect, useState } from 'react';

/** Pixels within which a page counts as not scrolled. */
const nearTop = 40;

/** Whether the reader is at the top of the page, where what is new may come in. */
export function useAtTop(): boolean {
  const [atTop, setAtTop] = useState(true);
  useEffect(() => {
    const look = () => setAtTop(window.scrollY <= nearTop);
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  return atTop;
}
