import type { ListEventsParams } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { usePointerHold } from '../shell/use-steady.ts';
import classes from './log.module.css';
import { LogRow } from './log-row.tsx';
import { useAtTop } from './use-at-top.ts';
import { useLog } from './use-log.ts';

const rowEstimate = 45;

/** Events, newest first; only those on the screen are drawn. New ones come in while the reader is at the top, else they wait. */
export function LogList({ filter, narrowed }: { filter: ListEventsParams; narrowed: boolean }) {
  const { pages, events, fresh, more, take } = useLog(filter);
  const pointer = usePointerHold();
  const atTop = useAtTop();
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  const [wanted, setWanted] = useState(false);
  // The filters above it fold and unfold.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0));
  useEffect(() => {
    if (fresh === 0 || !atTop) return;
    if (!wanted && (pointer.held || isReadWithin(list.current))) return;
    setWanted(false);
    take();
  }, [fresh, atTop, wanted, pointer.held, take]);
  const rows = useWindowVirtualizer({
    count: events.length,
    estimateSize: () => rowEstimate,
    getItemKey: (index) => events[index]?.id ?? index,
    overscan: 10,
    scrollMargin: top,
  });
  if (pages.isPending) return <PageLoading what="the log" />;
  if (!pages.data) return <PageError error={pages.error} what="log" retry={() => void pages.refetch()} />;
  const takeAll = () => {
    // They come in once the page is at its top: rows that are measured before would move it.
    setWanted(true);
    window.scrollTo({ top: 0 });
    list.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <p role="status" className={classes.fresh} data-shown={fresh > 0 || undefined}>
        {fresh > 0 && (
          <Button h="var(--tap)" onClick={takeAll}>
            {more ? `${fresh} or more new` : `${fresh} new`}
          </Button>
        )}
      </p>
      {events.length === 0 ? (
        <p className={classes.empty}>
          {narrowed
            ? 'Nothing of this kind happened. A longer time or fewer conditions may show more.'
            : 'Nothing has happened yet. Declarations, deployments, triggers and rollbacks will be here.'}
        </p>
      ) : (
        <ol
          ref={list}
          tabIndex={-1}
          className={classes.list}
          style={{ height: rows.getTotalSize() }}
          aria-label="Events, newest first"
          {...pointer.handlers}
        >
          {rows.getVirtualItems().map((item) => {
            const event = events[item.index];
            return (
              event && (
                <li
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  className={classes.item}
                  aria-posinset={item.index + 1}
                  aria-setsize={pages.hasNextPage ? -1 : events.length}
                  style={{ transform: `translateY(${item.start - top}px)` }}
                >
                  <LogRow event={event} />
                </li>
              )
            );
          })}
        </ol>
      )}
      {pages.hasNextPage && (
        <Button
          variant="default"
          h="var(--tap)"
          className={classes.older ?? ''}
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}

/** Somebody went through the list with the keyboard and is at one of its rows. */
function isReadWithin(list: HTMLElement | null): boolean {
  const { activeElement } = document;
  return list !== null && activeElement !== list && list.contains(activeElement);
}
