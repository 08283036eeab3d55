import type { DeploymentView, NowView, Standing } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { needsRows, standingInDeployment, standingsInNow } from './apply-standing.ts';

const standing = (service: string, state: Standing['state'], sentence = ''): Standing => ({
  ...{ service, state, meaning: 'watch', word: state, lead: '', since: null, next: null },
  ...{ restraints: [], actor: 'nobody', readAt: null, sentence },
});
const row = (service: string, state: Standing['state']) => ({
  service,
  standing: standing(service, state),
});
const fleet = { title: 'Lastgood: d rolling back', meaning: 'act' };
const view = {
  ...{ fleet, attention: [row('a', 'firing')], watched: [row('b', 'watched'), row('c', 'watched')] },
  ...{ runs: [], more: { watched: 0 } },
} as unknown as NowView;
const news = (...standings: Standing[]) => new Map(standings.map((one) => [one.service, one]));

test('only the rows that it is about change, in place; the others are the same objects', () => {
  const after = standingsInNow(view, news(standing('c', 'pending', 'in breach')), null);
  expect(after.watched.map(({ service }) => service)).toEqual(['b', 'c']);
  expect(after.watched[1]).toMatchObject({ standing: { state: 'pending', sentence: 'in breach' } });
  expect(after.watched[0]).toBe(view.watched[0]);
  expect(after.attention).toBe(view.attention);
  expect(after.fleet).toBe(view.fleet);
});

test('the headline is the newest that came', () => {
  const other = { title: 'You: b', meaning: 'act' } as NowView['fleet'];
  expect(standingsInNow(view, news(standing('new', 'firing')), other).fleet).toBe(other);
  const calmer = { title: 'All quiet', meaning: 'quiet' } as NowView['fleet'];
  expect(standingsInNow(view, news(standing('a', 'watched')), calmer).fleet).toBe(calmer);
});

test('one that is calmer comes with the rows that must be asked for', () => {
  const calmer = { title: 'Nothing to do', meaning: 'quiet' } as NowView['fleet'];
  // Of what is rolled back there is a run, and no row.
  expect(standingsInNow(view, news(standing('d', 'watched')), calmer).fleet).toBe(fleet);
});

test('in a fleet of more than the page has rows for, a calmer headline waits for the end of the run that is shown', () => {
  const calmer = { title: 'Nothing to do', meaning: 'quiet' } as NowView['fleet'];
  const run = { service: 'd', status: 'running', members: [{ service: 'd' }, { service: 'e' }] };
  const large = { ...view, runs: [{ run }], more: { watched: 5 } } as unknown as NowView;
  expect(standingsInNow(large, news(standing('d', 'watched')), calmer).fleet).toBe(fleet);
  expect(standingsInNow(large, news(standing('e', 'quiet')), calmer).fleet).toBe(fleet);
  expect(standingsInNow(large, news(standing('d', 'rolling_back')), calmer).fleet).toBe(calmer);
  expect(standingsInNow(large, news(standing('far', 'watched')), calmer).fleet).toBe(calmer);
});

test('a breach that comes or goes needs no rows; what comes, goes or changes its kind does', () => {
  expect(needsRows(view, news(standing('b', 'pending'), standing('a', 'watched')))).toBe(false);
  expect(needsRows(view, news(standing('b', 'quiet')))).toBe(true);
  expect(needsRows(view, news(standing('b', 'deploying')))).toBe(true);
  expect(needsRows(view, news(standing('new', 'firing')))).toBe(true);
  expect(needsRows(view, news(standing('far', 'quiet')))).toBe(false);
});

test('a release that no longer serves keeps what is said of it', () => {
  const shown = { standing: standing('a', 'past'), deployment: { service: 'a' } } as DeploymentView;
  expect(standingInDeployment(shown, news(standing('a', 'firing')))).toBe(shown);
  const serving = { ...shown, standing: standing('a', 'quiet') } as DeploymentView;
  expect(standingInDeployment(serving, news(standing('a', 'firing'))).standing.state).toBe('firing');
});
