//! Where boxes and arrows go: regions below each other, each laid out from left to right in layers.
//!
//! Within a region a node's column is the longest way to it; an arrow across several columns reserves a free place in each,
//! so that nothing is drawn over a box. Arrows from one region to the next run between the two, like a carriage return.

use super::{Band, Picture};

const TITLE: f64 = 60.0;
const MARGIN: f64 = 28.0;
const BAND_GAP: f64 = 30.0;
const BAND_HEAD: f64 = 32.0;
const BAND_FOOT: f64 = 18.0;
const GUTTER: f64 = 46.0;
const ROW_GAP: f64 = 18.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Rect {
    fn right(&self) -> (f64, f64) {
        (self.x + self.w, self.y + 20.0)
    }

    fn left(&self) -> (f64, f64) {
        (self.x, self.y + 20.0)
    }
}

/// An arrow as corner points.
pub(super) struct Route {
    pub(super) points: Vec<(f64, f64)>,
    /// Where its label goes.
    pub(super) label: (f64, f64),
}

/// Everything in its place.
pub(super) struct Layout {
    pub(super) cells: Vec<Rect>,
    pub(super) bands: Vec<(Band, Rect)>,
    pub(super) routes: Vec<Route>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A place in the grid of a region that an arrow passes through.
struct Slot {
    column: usize,
    row: usize,
}

/// Places a picture whose boxes have these sizes.
pub(super) fn layout(picture: &Picture, sizes: &[(f64, f64)], title_width: f64) -> Layout {
    let mut cells = vec![Rect::default(); sizes.len()];
    let mut vias: Vec<Vec<(f64, f64)>> = vec![Vec::new(); picture.lines.len()];
    let mut bands = Vec::new();
    let mut top = TITLE;
    for band in Band::ALL {
        let members: Vec<usize> = picture.band(band).map(|(i, _)| i).collect();
        if members.is_empty() {
            continue;
        }
        let size = place_band(picture, sizes, &members, (MARGIN + 24.0, top + BAND_HEAD), &mut cells, &mut vias);
        let rect = Rect { x: MARGIN, y: top, w: size.0 + 48.0, h: BAND_HEAD + size.1 + BAND_FOOT };
        top += rect.h + BAND_GAP;
        bands.push((band, rect));
    }
    let widest = bands.iter().map(|(_, r)| r.w).fold(title_width, f64::max);
    bands.iter_mut().for_each(|(_, r)| r.w = widest);
    let routes = route(picture, &cells, &bands, &vias);
    Layout { cells, bands, routes, width: widest + 2.0 * MARGIN, height: top - BAND_GAP + MARGIN }
}

/// Lays one region out from `origin` on and returns its size.
fn place_band(
    picture: &Picture,
    sizes: &[(f64, f64)],
    members: &[usize],
    origin: (f64, f64),
    cells: &mut [Rect],
    vias: &mut [Vec<(f64, f64)>],
) -> (f64, f64) {
    let mut column_of = vec![usize::MAX; sizes.len()];
    members.iter().for_each(|m| column_of[*m] = 0);
    let lines = picture.lines.iter().enumerate();
    let inside: Vec<(usize, usize, usize)> =
        lines.filter(|(_, l)| column_of[l.from] == 0 && column_of[l.to] == 0).map(|(i, l)| (i, l.from, l.to)).collect();
    for (member, column) in members.iter().zip(columns(members, &inside)) {
        column_of[*member] = column;
    }
    let last = members.iter().map(|m| column_of[*m]).max().unwrap_or(0);

    let mut taken: Vec<Vec<bool>> = vec![Vec::new(); last + 1];
    let mut rows: Vec<Option<usize>> = vec![None; sizes.len()];
    let mut slots: Vec<Vec<Slot>> = vias.iter().map(|_| Vec::new()).collect();
    for (column, taken) in taken.iter_mut().enumerate() {
        // In the order of the wires that come in, so that the first chain of a document stays on one line.
        let mut here: Vec<usize> = members.iter().copied().filter(|m| column_of[*m] == column).collect();
        here.sort_by_key(|m| inside.iter().position(|(_, _, to)| to == m));
        for cell in here {
            let before = inside.iter().filter(|(_, from, to)| *to == cell && column_of[*from] < column);
            let wanted = before.filter_map(|(line, from, _)| slots[*line].last().map(|s| s.row).or(rows[*from])).min();
            rows[cell] = Some(take(taken, wanted.unwrap_or(0)));
        }
        for (line, from, to) in &inside {
            if column_of[*from] < column && column_of[*to] > column {
                let wanted = slots[*line].last().map(|s| s.row).or(rows[*from]).unwrap_or(0);
                slots[*line].push(Slot { column, row: take(taken, wanted) });
            }
        }
    }

    let count = taken.iter().map(Vec::len).max().unwrap_or(0);
    let mut y = vec![origin.1; count + 1];
    for row in 0..count {
        let heights = members.iter().filter(|m| rows[**m] == Some(row)).map(|m| sizes[*m].1);
        y[row + 1] = y[row] + heights.fold(24.0, f64::max) + ROW_GAP;
    }
    let mut x = vec![origin.0; last + 2];
    for column in 0..=last {
        let widths = members.iter().filter(|m| column_of[**m] == column).map(|m| sizes[*m].0);
        x[column + 1] = x[column] + widths.fold(0.0, f64::max) + GUTTER;
    }
    for &cell in members {
        let (column, row) = (column_of[cell], rows[cell].unwrap_or(0));
        cells[cell] = Rect { x: x[column], y: y[row], w: sizes[cell].0, h: sizes[cell].1 };
    }
    for (via, slots) in vias.iter_mut().zip(&slots) {
        for slot in slots {
            let height = y[slot.row] + 20.0;
            via.extend([(x[slot.column] - 6.0, height), (x[slot.column + 1] - GUTTER + 6.0, height)]);
        }
    }
    (x[last + 1] - GUTTER - origin.0, y[count] - ROW_GAP - origin.1)
}

/// Takes the first free row from `wanted` on.
fn take(rows: &mut Vec<bool>, wanted: usize) -> usize {
    let row = (wanted..).find(|r| !rows.get(*r).copied().unwrap_or(false)).unwrap_or(wanted);
    rows.resize(rows.len().max(row + 1), false);
    rows[row] = true;
    row
}

/// The column of each member: the longest way to it. Arrows that close a circle do not count.
fn columns(members: &[usize], lines: &[(usize, usize, usize)]) -> Vec<usize> {
    let at = |cell: usize| members.iter().position(|m| *m == cell).unwrap_or(0);
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); members.len()];
    let mut entered = vec![false; members.len()];
    for (_, from, to) in lines {
        next[at(*from)].push(at(*to));
        entered[at(*to)] = true;
    }
    // Depth first, from the boxes that nothing in the region leads to; what is left last comes first in the row.
    let mut seen = vec![false; members.len()];
    let mut order = Vec::new();
    for start in (0..members.len()).filter(|m| !entered[*m]).chain(0..members.len()) {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut stack = vec![(start, 0)];
        while let Some((node, child)) = stack.pop() {
            match next[node].get(child) {
                Some(&to) => {
                    stack.push((node, child + 1));
                    if !std::mem::replace(&mut seen[to], true) {
                        stack.push((to, 0));
                    }
                }
                None => order.push(node),
            }
        }
    }
    order.reverse();
    let mut place = vec![0; members.len()];
    order.iter().enumerate().for_each(|(i, node)| place[*node] = i);
    let mut columns = vec![0; members.len()];
    for &node in &order {
        for &to in next[node].iter().filter(|to| place[**to] > place[node]) {
            columns[to] = columns[to].max(columns[node] + 1);
        }
    }
    columns
}

fn route(picture: &Picture, cells: &[Rect], bands: &[(Band, Rect)], vias: &[Vec<(f64, f64)>]) -> Vec<Route> {
    let band_of = |cell: usize| bands.iter().position(|(b, _)| *b == picture.cells[cell].band).unwrap_or(0);
    let mut in_gap = vec![0_u8; bands.len()];
    let mut back_over = vec![0_u8; bands.len()];
    let mut routes = Vec::new();
    for (line, via) in picture.lines.iter().zip(vias) {
        let (start, end) = (cells[line.from].right(), cells[line.to].left());
        let (from, to) = (band_of(line.from), band_of(line.to));
        let mut points = vec![start];
        let label;
        if from < to {
            let shift = 5.0 * f64::from(in_gap[from].min(3));
            in_gap[from] += 1;
            let gap = |band: usize| bands[band].1.y + bands[band].1.h + BAND_GAP / 2.0 - 5.0 + shift;
            let (turn, back) = (start.0 + 18.0 + shift, end.0 - 18.0 - shift);
            points.extend([(turn, start.1), (turn, gap(from))]);
            if to > from + 1 {
                let side = MARGIN - 12.0 - shift;
                points.extend([(side, gap(from)), (side, gap(to - 1))]);
            }
            points.extend([(back, gap(to - 1)), (back, end.1)]);
            label = ((turn + back) / 2.0, gap(from) - 5.0);
        } else if end.0 > start.0 {
            if (start.1 - end.1).abs() > 1.0 || !via.is_empty() {
                bend(&mut points, via, end);
            }
            label = ((start.0 + points.get(1).copied().unwrap_or(end).0) / 2.0, start.1 - 7.0);
        } else {
            let over = bands[from].1.y + BAND_HEAD - 8.0 - 4.0 * f64::from(back_over[from].min(4));
            back_over[from] += 1;
            points.extend([
                (start.0 + 16.0, start.1),
                (start.0 + 16.0, over),
                (end.0 - 16.0, over),
                (end.0 - 16.0, end.1),
            ]);
            label = ((start.0 + end.0) / 2.0, over - 4.0);
        }
        points.push(end);
        routes.push(Route { points, label });
    }
    routes
}

/// Goes from the last point over `via` to `end` along right angles that turn in the gutters.
fn bend(points: &mut Vec<(f64, f64)>, via: &[(f64, f64)], end: (f64, f64)) {
    for to in via.iter().copied().chain([end]) {
        let from = points[points.len() - 1];
        if (from.1 - to.1).abs() > 1.0 {
            let turn = from.0 + 20.0_f64.min((to.0 - from.0) / 2.0);
            points.extend([(turn, from.1), (turn, to.1)]);
        }
        if to != end {
            points.push(to);
        }
    }
}
