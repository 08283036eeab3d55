import type { ServiceSummary } from '@lastgood/api-client';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { ProofWords } from '../proof/proof-words.tsx';
import { releaseName } from '../run/release-names.ts';
import { servingWord } from '../standing/serving-word.ts';
import { StandingLine, StandingMark } from '../standing/standing-words.tsx';
import { RowWayBack } from './row-way-back.tsx';
import classes from './service-rows.module.css';

const rowEstimate = 61;

/** Services as rows; only those on the screen are drawn, so two thousand cost what thirty do. */
export function ServiceRows({ services }: { services: readonly ServiceSummary[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: services.length,
    estimateSize: () => rowEstimate,
    getItemKey: (index) => services[index]?.key ?? index,
    // The browser tells of a size when it has one: asking for it at once would lay the whole page out for every row.
    measureElement: (element, entry, list) =>
      entry?.borderBoxSize[0]?.blockSize ??
      list.measurementsCache[list.indexFromElement(element)]?.size ??
      rowEstimate,
    overscan: 2,
    scrollMargin: top,
  });
  return (
    <ul ref={list} className={classes.list} style={{ height: rows.getTotalSize() }} aria-label="Services">
      {rows.getVirtualItems().map((item) => {
        const service = services[item.index];
        return (
          service && (
            <li
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              className={classes.item}
              aria-setsize={services.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start - top}px)` }}
            >
              <SteadyRow service={service} />
              <span className={classes.act}>
                <RowWayBack service={service} />
              </span>
            </li>
          )
        );
      })}
    </ul>
  );
}

/** Scrolling draws the list anew, not the rows that stay. */
const SteadyRow = memo(ServiceRow);

function ServiceRow({ service }: { service: ServiceSummary }) {
  const { dependencies, dependentCount, current, lastKnownGood: good } = service;
  return (
    <div className={classes.row}>
      <span>
        <StandingMark standing={service.standing} />
      </span>
      <span className={classes.name}>
        <Link className={classes.link} to={`/services/${service.key}`}>
          {service.name}
        </Link>
        <span className={classes.dim}>
          {service.cluster}/{service.namespace} · {service.environment}
        </span>
      </span>
      <span className={classes.sentence}>
        <StandingLine standing={service.standing} />
        {service.trouble && <span className={classes.trouble}>{service.trouble}</span>}
      </span>
      <span className={classes.release}>
        <span className={classes.dim}>{servingWord(service.standing.state).toLowerCase()}</span>{' '}
        {current ? releaseName(current) : 'none'}
      </span>
      <span className={classes.good}>
        <span className={classes.dim}>last good</span>{' '}
        {good ? (
          <>
            {releaseName(good)}{' '}
            <span className={classes.above}>
              <ProofWords
                deploymentId={good.deploymentId}
                proof={good.proof}
                at={good.at}
                standing={good.deploymentId === current?.deploymentId ? service.standing : null}
                of={`${releaseName(good)} of ${service.name}`}
              />
            </span>
          </>
        ) : (
          'none'
        )}
      </span>
      <span className={classes.edges}>{edges(dependencies.length, dependentCount)}</span>
    </div>
  );
}

function edges(needs: number, neededBy: number): string {
  const parts = [needs > 0 ? `needs ${needs}` : '', neededBy > 0 ? `needed by ${neededBy}` : ''];
  return parts.filter(Boolean).join(', ');
}
