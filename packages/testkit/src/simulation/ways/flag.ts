import type { SimulatedWay } from './site.ts';

/** A flag that was turned on with the release. */
export const flag: SimulatedWay = {
  name: 'flag',
  role: 'comes-along',
  shownBy: ['set-flag'],
  bringOut({ name, world, bad, meddlings }) {
    const key = `${name}-checkout`;
    const target = { provider: 'unleash', project: 'shop', environment: 'production', flag: key };
    const seen = { value: true as boolean | string, version: 1, archived: false };
    world.state.flags[key] = seen;
    bad.push({ kind: 'flag', target, before: false, after: true });
    let was = seen.value;
    const set = (value: boolean | string) => Object.assign(seen, { value, version: seen.version + 1 });
    meddlings.push({
      what: `somebody borrows the flag ${key}`,
      object: `flag/${key}`,
      act() {
        was = seen.value;
        set('trial');
      },
      putBack: () => void set(was),
    });
  },
};
