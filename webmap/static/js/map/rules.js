// What is painted how: ground, roads, buildings, grids, and their labels, for one state of the map.
// Before: palette.js, labels.js. After: tiles.js. Rules are painted in order; labels are placed in order of weight.

import { HaloLabel } from "./labels.js";
import { FONT, hatch } from "./palette.js";

const { PolygonSymbolizer, LineSymbolizer, LineLabelSymbolizer, exp } = protomapsL;

const MAJOR = new Set(["motorway", "trunk", "primary", "secondary"]);
const STREET = new Set([
  "tertiary", "residential", "unclassified", "motorway_link", "trunk_link", "primary_link", "secondary_link",
  "tertiary_link", "living_street", "road",
]);
export const STREET_SCALE = 16;
const TOWN_SCALE = 14;

const road = (test) => (_, feature) => test(feature.props.highway);
const lane = (highway) => !MAJOR.has(highway) && !STREET.has(highway);
const street = (highway) => STREET.has(highway);
const major = (highway) => MAJOR.has(highway);

// state: { colours, shown: {grids, communities, buildings}, figure, leaders, chosen }
export function paintRules(state) {
  const { colours, shown } = state;
  return [
    ...groundRules(colours),
    ...(shown.grids && state.figure ? figureRules(state) : []),
    ...waterRules(colours),
    ...roadRules(colours),
    ...(shown.buildings ? buildingRules(colours, Boolean(state.figure)) : []),
    ...(shown.grids && state.chosen !== null ? [veil(state)] : []),
    ...(shown.communities ? areaRules(colours) : []),
    ...(shown.grids ? gridRules(state) : []),
  ];
}

const LINE = 2;
const AREA = 3;

function ground(name, geomType, symbolizer) {
  return { dataSource: "base", dataLayer: "ground", symbolizer, filter: (_, feature) => feature.geomType === geomType && feature.props.kind === name };
}

function groundRules(colours) {
  const area = (name) => ground(name, AREA, new PolygonSymbolizer({ fill: colours[name] }));
  return [area("field"), area("green"), area("square"), area("rail"), ground("rail", LINE, new LineSymbolizer({ color: colours.rail, width: 1.5 }))];
}

// Water lies over a figure's colours: it tells where one is.
function waterRules(colours) {
  const width = exp(1.6, [[11, 1], [18, 10]]);
  return [
    ground("water", AREA, new PolygonSymbolizer({ fill: colours.water })),
    ground("water", LINE, new LineSymbolizer({ color: colours.water, width })),
  ];
}

function roadRules(colours) {
  const rule = (test, color, widths, minzoom) => ({
    dataSource: "base", dataLayer: "roads", filter: road(test), minzoom,
    symbolizer: new LineSymbolizer({ color, width: exp(1.6, widths), lineCap: "round", lineJoin: "round" }),
  });
  return [
    rule(lane, colours["road-lane"], [[14, 0.6], [16, 1.6], [18, 5], [20, 14]], 15),
    rule(street, colours["road-street"], [[12, 0.5], [14, 1.4], [16, 4], [18, 11], [20, 30]], 12),
    rule(major, colours["road-major"], [[9, 0.6], [12, 1.6], [14, 3], [16, 7], [18, 18], [20, 46]], 9),
  ];
}

function buildingRules(colours, faint) {
  return [{
    dataSource: "base", dataLayer: "buildings", minzoom: 14,
    symbolizer: new PolygonSymbolizer({
      fill: colours.building, opacity: faint ? 0.55 : 1, stroke: colours["building-line"],
      width: exp(1, [[14, 0], [15, 0.5], [17, 0.8]]),
    }),
  }];
}

function areaRules(colours) {
  const edge = (layer, stroke, width, alpha) => ({
    dataSource: "division", dataLayer: layer,
    symbolizer: new PolygonSymbolizer({ fill: "transparent", stroke, width, opacity: alpha }),
  });
  return [edge("subdistricts", colours.subdistrict, 5, 0.3), edge("communities", colours.community, 3, 0.55)];
}

function gridRules({ colours, chosen }) {
  const edge = (filter, stroke, width, fill = "transparent") => ({
    dataSource: "division", dataLayer: "grids", filter, minzoom: 12,
    symbolizer: new PolygonSymbolizer({ fill, stroke, width, opacity: 1 }),
  });
  const isChosen = (_, feature) => feature.props.id === chosen;
  return [
    edge(undefined, colours.grid, exp(1, [[12, 0.6], [14, 1.2], [15, 1.5]])),
    ...(chosen === null ? [] : [edge(isChosen, colours.chosen, 3)]),
  ];
}

// With a grid chosen everything else steps back.
function veil({ colours, chosen }) {
  return {
    dataSource: "division", dataLayer: "grids", filter: (_, feature) => feature.props.id !== chosen,
    symbolizer: new PolygonSymbolizer({ fill: colours.paper, opacity: 0.45 }),
  };
}

function figureRules({ colours, figure }) {
  const known = (_, feature) => figure.classOf(feature.props.id) !== null;
  const fills = [1, 2, 3, 4, 5].map((step) => colours[`figure-${step}`]);
  const shade = (_, feature) => fills[figure.shade(figure.classOf(feature.props.id))];
  const rule = (filter, symbolizer) => ({ dataSource: "division", dataLayer: "grids", filter, symbolizer });
  return [
    rule(known, new PolygonSymbolizer({ fill: shade, perFeature: true, opacity: 0.85 })),
    rule((zoom, feature) => !known(zoom, feature), new PolygonSymbolizer({ pattern: hatch(colours.hatch), opacity: 0.7 })),
  ];
}

export function labelRules(state) {
  const { colours, shown } = state;
  const text = { halo: colours.paper, fill: colours.label };
  return [
    ...(shown.communities ? [communityNames({ ...text, fill: colours.community })] : []),
    ...(shown.grids ? [gridNames(state, text)] : []),
    roadNames(colours),
    ...(shown.buildings ? [buildingNumbers(colours)] : []),
    waterNames(colours),
  ];
}

function communityNames(text) {
  return {
    dataSource: "division", dataLayer: "community_points", maxzoom: STREET_SCALE - 1,
    symbolizer: new HaloLabel({ ...text, size: 15, weight: 600, padding: 6, text: (_, feature) => [feature.props.name] }),
  };
}

// The code's end at town scale, name and leader at street scale.
function gridNames({ leaders, figure, colours }, text) {
  const lines = (zoom, { props }) => {
    const value = figure?.label(props.id);
    if (zoom < STREET_SCALE) return value ? [value] : [props.code.slice(-3)];
    const second = value ?? (zoom > STREET_SCALE ? leaders[props.id] : null);
    return [props.name || props.code, second].filter(Boolean);
  };
  return {
    dataSource: "division", dataLayer: "grid_points", minzoom: TOWN_SCALE,
    symbolizer: new HaloLabel({ ...text, halo: colours.halo, size: 12, weight: 600, padding: 8, text: lines }),
  };
}

function roadNames(colours) {
  return {
    dataSource: "base", dataLayer: "roads", minzoom: STREET_SCALE - 1,
    filter: (zoom, feature) => zoom >= STREET_SCALE + 1 || (zoom >= STREET_SCALE ? !lane(feature.props.highway) : major(feature.props.highway)),
    symbolizer: new LineLabelSymbolizer({
      font: `12px ${FONT}`, fill: colours["label-soft"], stroke: colours.halo, width: 3, position: 2, repeatDistance: 420,
    }),
  };
}

function buildingNumbers(colours) {
  return {
    dataSource: "base", dataLayer: "buildings", minzoom: 17,
    symbolizer: new HaloLabel({
      size: 11, fill: colours["label-soft"], halo: colours.building, middle: true, padding: 1,
      text: (_, feature) => (feature.props.name ? [feature.props.name] : null),
    }),
  };
}

function waterNames(colours) {
  return {
    dataSource: "base", dataLayer: "ground", minzoom: 14, filter: (_, feature) => feature.props.kind === "water" && feature.geomType === 3,
    symbolizer: new HaloLabel({
      size: 12, fill: colours["water-label"], halo: colours.water, middle: true, text: (_, feature) => (feature.props.name ? [feature.props.name] : null),
    }),
  };
}
