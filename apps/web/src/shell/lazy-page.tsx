import { type ComponentType, useEffect, useReducer, useState } from 'react';
import { isServed, retryMs } from './fetch-code.ts';
import { PageLoading, PageNote } from './page-state.tsx';

/** A page's code, fetched once. */
export interface PageCode {
  /** Null until it is there. */
  loaded: () => ComponentType | null;
  load: () => Promise<ComponentType>;
}

export function pageCode(fetchIt: () => Promise<ComponentType>): PageCode {
  let loaded: ComponentType | null = null;
  return {
    loaded: () => loaded,
    load: async () => {
      loaded ??= await fetchIt();
      return loaded;
    },
  };
}

/**
 * A page whose code is loaded when it is opened, or before. While the server does not answer, the frame stands, says so and
 * asks again.
 */
export function LazyPage({ code }: { code: PageCode }) {
  const [Shown, show] = useReducer((_: ComponentType | null, next: ComponentType) => next, code.loaded());
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (Shown) return undefined;
    let timer = 0;
    let left = false;
    const attempt = async (again: boolean) => {
      try {
        const page = await code.load();
        if (!left) show(page);
      } catch {
        if (left) return;
        setFailed(true);
        // A browser may remember that a module failed, and a new server has other ones: only a new page asks anew.
        if (again && (await isServed())) window.location.reload();
        else timer = window.setTimeout(() => void attempt(true), retryMs);
      }
    };
    void attempt(false);
    return () => {
      left = true;
      window.clearTimeout(timer);
    };
  }, [Shown, code]);
  if (Shown) return <Shown />;
  return failed ? <NotThere /> : <PageLoading what="the page" />;
}

function NotThere() {
  return (
    <PageNote alert title="This page is not there yet">
      Its code could not be loaded: the server does not answer. It is asked again every {retryMs / 1000} s,
      and the page opens by itself.
    </PageNote>
  );
}
