import type { Notice } from '@lastgood/api-client';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './notice-list.module.css';

/** What was to be said of a release's way back when it was registered; what has none stands first. */
export function NoticeList({ notices }: { notices: readonly Notice[] }) {
  if (notices.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Noticed of its way back">
      {notices.map(({ code, words, noWayBack }) => (
        <li key={`${code} ${words}`} className={classes.item} data-meaning={noWayBack ? 'watch' : 'quiet'}>
          <MeaningIcon meaning={noWayBack ? 'watch' : 'quiet'} />
          <span>
            {noWayBack && !/no way back/.test(words) && <strong>No way back. </strong>}
            {words}
          </span>
        </li>
      ))}
    </ul>
  );
}
