import type { Standing } from '@lastgood/api-client';

/** How a service stands, as the server says it, with the members that lists and drawings look at. */
export function standingIn(state: Standing['state']): Standing {
  const word = state.replace('_', ' ');
  return {
    ...{ service: '', state, meaning: 'quiet', lead: '', since: null, next: null, restraints: [] },
    ...{ actor: 'nobody', readAt: null, word: `${word[0]?.toUpperCase()}${word.slice(1)}`, sentence: word },
  };
}
