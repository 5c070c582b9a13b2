// Where one is, while the round is running and the page is open: a visible sign, and a button that stops it.
// Before: nothing. After: index.js. Positions stay on this page: nothing is sent but that a stop was reached.

export const NEAR_M = 30;
const POOR_M = 50;

export class Near {
  constructor({ moved, refused }) {
    this.moved = moved;
    this.refused = refused;
    this.watch = null;
  }

  start() {
    if (this.watch !== null || !navigator.geolocation) return;
    this.watch = navigator.geolocation.watchPosition(
      ({ coords }) => { if (coords.accuracy <= POOR_M) this.moved(coords); },
      (fault) => { if (fault.code === fault.PERMISSION_DENIED) { this.stop(); this.refused(); } },
      { enableHighAccuracy: true, maximumAge: 5000 },
    );
  }

  stop() {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
  }
}

export function metres(one, { lat, lon }) {
  const east = (lon - one.longitude) * Math.cos((lat * Math.PI) / 180);
  return 111195 * Math.hypot(east, lat - one.latitude);
}
