/** The place on screen, as it stands in the address bar. */
import { type Place, parsePlace } from '../models/place.ts';

export const placeInAddress = (): Place => parsePlace(location.hash);

export function onAddressChange(run: (place: Place) => void): () => void {
  const listener = () => run(placeInAddress());
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
