import type { SourceHealth } from '@lastgood/api-client';
import { IconEyeOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './trouble-notice.module.css';

const effects = {
  postgres: 'nothing is evaluated or changed until it is back',
  metrics: 'its triggers keep their state; none of them can fire',
  cluster: 'its services cannot be seen or rolled back',
  notifier: 'messages wait and are sent when it answers',
} satisfies Record<SourceHealth['kind'], string>;

/** Sources that do not answer, with what that means for what is on the screen. */
export function SourcesNotice({ sources }: { sources: readonly SourceHealth[] }) {
  const down = sources.filter((source) => !source.up);
  const lacking = sources.flatMap(({ name, missingRights }) =>
    missingRights.map((text) => ({ cluster: name, text })),
  );
  if (down.length === 0 && lacking.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="What cannot be seen">
      {lacking.map(({ cluster, text }) => (
        <li key={`${cluster} ${text}`} className={classes.item}>
          <IconEyeOff size="1rem" aria-hidden />
          <span>
            <strong>Cluster {cluster}</strong>: {text}
          </span>
        </li>
      ))}
      {down.map((source) => (
        <li key={`${source.kind} ${source.name}`} className={classes.item}>
          <IconEyeOff size="1rem" aria-hidden />
          <span>
            <strong>
              {source.title} {source.name} {source.kind === 'postgres' ? 'cannot be used' : 'does not answer'}
            </strong>
            {source.since && (
              <>
                {' '}
                since <Instant at={source.since} as="short" />
              </>
            )}
            {source.reason && `: ${source.reason.replace(/\.$/, '')}`}. Meanwhile {effects[source.kind]}.{' '}
            <Link to="/status">Which services that concerns</Link>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The same in the server's own words, for one deployment. */
export function TroubleList({ trouble }: { trouble: readonly string[] }) {
  if (trouble.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="What cannot be seen">
      {trouble.map((text) => (
        <li key={text} className={classes.item}>
          <IconEyeOff size="1rem" aria-hidden />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

/** What can be seen and should be looked after. */
export function WarningList({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="What to look after">
      {warnings.map((text) => (
        <li key={text} className={classes.item} data-meaning="watch">
          <MeaningIcon meaning="watch" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
