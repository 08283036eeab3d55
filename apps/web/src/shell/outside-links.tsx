import type { Link } from '@lastgood/api-client';
import { OutsideLink } from '../deployment/outside-link.tsx';
import classes from './outside-links.module.css';

/** Where else to look: the runbook, dashboards, logs, as the service and its triggers declare them. */
export function OutsideLinks({ links }: { links: readonly Link[] }) {
  if (links.length === 0) return null;
  return (
    <ul className={classes.links} aria-label="Runbook, dashboards, logs">
      {links.map(({ title, url }) => (
        <li key={`${title} ${url}`}>
          <OutsideLink url={url} title={title} />
        </li>
      ))}
    </ul>
  );
}
