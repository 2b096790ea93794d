import { expect, test } from "vitest";
import { emptyAddress, formatAddress, parseAddress, pictureQuery } from "./address.model";

test("an address written and read back is the same", () => {
  const address = { ...emptyAddress, slug: "sf", first: "2015-02-13", last: "2015-05-13", compareFirst: "2014-11-15", compareLast: "2015-02-12", channel: "discovered" as const, categories: ["drugs", "weapons"], level: 2, sector: 7, layer: "hotspots" as const };
  const [path, search] = formatAddress(address).split("?");
  expect(parseAddress(path ?? "", `?${search}`)).toEqual(address);
});

test("what is malformed in an address is left out", () => {
  expect(parseAddress("/sf/physionomie", "?du=hier&niveau=x&couche=soleil&canal=telepathie")).toEqual({ ...emptyAddress, slug: "sf" });
});

test("the default picture has a short address", () => {
  expect(formatAddress({ ...emptyAddress, slug: "port-demo" })).toBe("/port-demo/physionomie");
});

test("the sector looked at does not change what the server is asked", () => {
  expect(pictureQuery({ ...emptyAddress, slug: "sf", sector: 3 })).toBe(pictureQuery({ ...emptyAddress, slug: "sf" }));
});
