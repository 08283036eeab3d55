import {
  IconActivity,
  IconHeartRateMonitor,
  IconHistory,
  IconListDetails,
  IconStack2,
} from '@tabler/icons-react';
import { NavLink } from 'react-router';
import classes from './navigation.module.css';

const places = [
  { to: '/', word: 'Now', Icon: IconActivity, end: true },
  { to: '/services', word: 'Services', Icon: IconStack2, end: false },
  { to: '/history', word: 'History', Icon: IconHistory, end: false },
  { to: '/log', word: 'Log', Icon: IconListDetails, end: false },
  { to: '/status', word: 'Status', Icon: IconHeartRateMonitor, end: false },
];

/** Along the top on a desk, under the thumb on a phone. */
export function Navigation() {
  return (
    <nav className={classes.nav} aria-label="Pages">
      {places.map(({ to, word, Icon, end }) => (
        <NavLink key={to} to={to} end={end} className={classes.link ?? ''}>
          <Icon size="1.25rem" className={classes.icon} aria-hidden />
          {word}
        </NavLink>
      ))}
    </nav>
  );
}
