import { repositoryPath } from '../repository-path.ts';

/**
 * The project that a configuration or a route names, as a segment of the API's paths: its number, or its path with all its groups.
 * In an address what follows `/-/` is not the project's, nor is `/commit/` as older ones have it. Null where it names none.
 */
export function projectId(text: string, web: URL): string | null {
  if (/^[1-9]\d{0,15}$/.test(text)) return text;
  const parts = repositoryPath(text, web);
  if (parts === null) return null;
  const end = parts.findIndex((part, at) => part === '-' || (at > 1 && part === 'commit'));
  const path = (end === -1 ? parts : parts.slice(0, end)).join('/').replace(/\.git$/, '');
  return /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)+$/.test(path) ? encodeURIComponent(path) : null;
}
