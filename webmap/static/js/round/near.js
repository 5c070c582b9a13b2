// Where one is, while the round is running and the page is open: a visible sign, and a button that stops it.
// Before: nothing. After: index.js, which keeps them for one's own track (fixes.js).

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
      (fix) => { if (fix.coords.accuracy <= POOR_M) this.moved(fix); },
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
