import type { TimelineEvent } from '@lastgood/api-client';
import { memo } from 'react';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './log.module.css';

/** One event: when, of what, in words. It leads to the run or the deployment it is about. */
export const LogRow = memo(function LogRow({ event }: { event: TimelineEvent }) {
  const { at, type, urgency, service, text, runId, deploymentId } = event;
  const to = runId ? `/runs/${runId}` : deploymentId ? `/deployments/${deploymentId}` : null;
  return (
    <div className={classes.row}>
      <span className={classes.when}>
        <Instant at={at} as="short" light />
        <span className={classes.dim}>
          <Instant at={at} as="relative" light />
        </span>
      </span>
      <MeaningIcon meaning={urgency} size="0.875rem" />
      <Link className={classes.service} to={`/services/${service}`} title={service}>
        {service.split('/').at(-1)}
      </Link>
      <span className={classes.text}>{to ? <Link to={to}>{text}</Link> : text}</span>
      <span className={classes.kind}>{type.replace('.', ' ').replaceAll('-', ' ')}</span>
    </div>
  );
});
