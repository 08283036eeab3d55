import { describe, expect, it } from 'vitest';
import { inOrder, mostNotices, type Notice, withoutWayBack } from './notice.ts';
import { warnedEvents } from './warned-events.ts';

const owned: Notice = { code: 'owned', words: 'Deployment web is managed by Helm.' };
const none = (words: string): Notice => ({ code: 'owner-without-way', words });
const row = (notices: Notice[]) => ({ id: 'd1', service: 'main/shop/web', notices });

describe('notices of a registration', () => {
  it('say first what has no way back, and each thing once', () => {
    const notices = inOrder([owned, none('Declare it.'), owned, none('Declare it.')]);
    expect(notices).toEqual([none('Declare it.'), owned]);
    expect(withoutWayBack(notices)).toEqual([none('Declare it.')]);
  });

  it('stop nothing by a code that a newer version wrote', () => {
    const newer = JSON.parse('[{"code":"of-tomorrow","words":"Something."}]');
    expect(withoutWayBack(newer)).toEqual([]);
    expect(warnedEvents(row(newer), 1)).toEqual([]);
  });

  it('are bounded, and what has no way back is not what falls out', () => {
    const many = Array.from({ length: mostNotices + 5 }, (_, at) => ({ ...owned, words: `${at}` }));
    const kept = inOrder([...many, none('Declare it.')]);
    expect(kept).toHaveLength(mostNotices);
    expect(kept[0]).toEqual(none('Declare it.'));
  });

  it('are an event where something has no way back, in one line', () => {
    expect(warnedEvents(row([owned]), 1)).toEqual([]);
    const [event] = warnedEvents(row(['A.', 'B.', 'C.', 'D.', 'E.'].map(none)), 1);
    expect(event).toMatchObject({ type: 'deployment.warned', deploymentId: 'd1' });
    expect(event?.text).toBe('A. B. C. 2 more are listed with the release.');
  });
});
