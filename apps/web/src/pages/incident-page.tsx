import type { IncidentView } from '@lastgood/api-client';
import { useIncidentView } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { incidentSummary, linkWords } from '../incident/incident-summary.ts';
import { lineId, MarkList } from '../incident/mark-list.tsx';
import { Strip } from '../incident/strip.tsx';
import { stripSvg } from '../incident/strip-file.ts';
import { counted } from '../meaning/counted.ts';
import { releaseName } from '../run/release-names.ts';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { saveFile } from '../shell/save-file.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './incident-page.module.css';
import columns from './two-columns.module.css';

/** Everything that happened together with a deployment, on one time axis, live and afterwards. */
export function IncidentPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useIncidentView(id);
  if (data) return <Shown key={id} view={data} />;
  if (error) return <PageError error={error} what="incident" retry={() => void refetch()} />;
  return <PageLoading what="the incident" />;
}

function Shown({ view }: { view: IncidentView }) {
  const names = view.lanes.map(({ serviceName }) => serviceName);
  useTitle(`Incident: ${names.slice(0, 3).join(', ')}`);
  const ticking = useNow();
  const now = view.to === null ? ticking : Date.parse(view.to);
  const [picked, setPicked] = useState<number | null>(null);
  const pick = (event: number) => {
    setPicked(event);
    // The line of a small step is drawn by this very press.
    requestAnimationFrame(() => {
      const line = document.getElementById(lineId(event));
      line?.scrollIntoView({ block: 'center' });
      line?.focus({ preventScroll: true });
    });
  };
  return (
    <article className={classes.page}>
      <header className={classes.head}>
        <h1>Incident</h1>
        <Button
          className={classes.save}
          variant="default"
          h="var(--tap)"
          leftSection={<IconDownload size="1rem" />}
          onClick={() =>
            saveFile(
              stripSvg(view),
              `incident-${view.from.slice(0, 19).replaceAll(':', '-')}.svg`,
              'image/svg+xml',
            )
          }
        >
          Save as SVG
        </Button>
      </header>
      <p className={classes.summary}>{incidentSummary(view, now)}</p>
      <section className={columns.card} aria-labelledby="strip">
        <h2 id="strip">On one time axis</h2>
        <Strip view={view} now={now} onPick={pick} />
        {view.moreServices > 0 && <p>{counted(view.moreServices, 'more service')} in it and not drawn.</p>}
      </section>
      <Services view={view} />
      <section className={columns.card} aria-labelledby="events">
        <h2 id="events">What happened, in order</h2>
        {view.isCut && <p className={columns.dim}>Older events than these are left out.</p>}
        <MarkList lanes={view.lanes} picked={picked} />
      </section>
    </article>
  );
}

/** Why each is in the picture, and where to go on. */
function Services({ view: { lanes, marginSeconds } }: { view: IncidentView }) {
  return (
    <section className={columns.card} aria-labelledby="services">
      <h2 id="services">Services in it</h2>
      <ul className={classes.services}>
        {lanes.map((lane) => (
          <li key={lane.service}>
            <Link to={`/services/${lane.service}`}>{lane.serviceName}</Link>{' '}
            {lane.deployments.map((one) => (
              <Link key={one.id} to={`/deployments/${one.id}`}>
                {releaseName(one)}
                {one.origin === 'rollback' && ' again, by rollback'}
              </Link>
            ))}
            <span className={columns.dim}>{linkWords(lane)}</span>
          </li>
        ))}
      </ul>
      {lanes.length > 1 && (
        <p className={columns.dim}>
          What they depend on stands above. Trouble of services that share a cause belongs together when it
          lies no more than {marginSeconds / 60} min apart.
        </p>
      )}
    </section>
  );
}
