import type { FailingGroup, WatchRow } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useId } from 'react';
import { Link } from 'react-router';
import { SeenMark } from '../live/seen-mark.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import type { Meaning } from '../meaning/meaning.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { worstFirst } from '../service/matching-services.ts';
import { StandingLine } from '../standing/standing-words.tsx';
import classes from './group-card.module.css';

const causes = {
  dependency: 'A dependency of all',
  deploy: 'One deploy before all',
  cluster: 'One cluster',
  source: 'One source',
} satisfies Record<FailingGroup['cause']['kind'], string>;

/** Services that fail together: their cause, one way back, and each of them folded behind it. */
export function GroupCard({ group, rows }: { group: FailingGroup; rows: readonly WatchRow[] }) {
  const title = useId();
  const { cause, services, deploymentId } = group;
  const [worst] = rows.map(({ standing }) => standing).toSorted(worstFirst);
  const meaning = worst?.meaning ?? 'unknown';
  const seen = useSeenMeaning(meaning);
  const shown = new Map(rows.map((row) => [row.service, row]));
  return (
    <article className={classes.card} data-meaning={seen} aria-labelledby={title}>
      <header className={classes.head}>
        <SeenMark said={{ meaning, word: `${services.length} together` }} />
        <h3 id={title} className={classes.title}>
          {causes[cause.kind]}: {cause.name}
        </h3>
      </header>
      <div className={classes.body}>
        <p className={classes.sentence}>{group.sentence}</p>
        {deploymentId && (
          <Button
            component={Link}
            to={`/deployments/${deploymentId}`}
            h="var(--tap)"
            leftSection={<IconArrowBackUp size="1.125rem" />}
          >
            Go to the way back of {cause.name}
          </Button>
        )}
      </div>
      <details className={classes.members}>
        <summary>The {services.length} services</summary>
        <ul>
          {services.map((key) => {
            const row = shown.get(key);
            return (
              <li key={key}>
                <SeenIcon meaning={row?.standing.meaning ?? meaning} />
                <Link to={row ? `/deployments/${row.deploymentId}` : `/services/${key}`}>
                  {row?.serviceName ?? key.split('/').at(-1)}
                </Link>
                <span>{row && <StandingLine standing={row.standing} />}</span>
              </li>
            );
          })}
        </ul>
      </details>
    </article>
  );
}

const SeenIcon = ({ meaning }: { meaning: Meaning }) => (
  <MeaningIcon meaning={useSeenMeaning(meaning)} size="0.875rem" />
);
