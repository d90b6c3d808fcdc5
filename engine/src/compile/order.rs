//! The order of a plan: topological, and always the same for the same graph.

use super::Source;

/// Orders nodes so that each comes after what it reads; among those that could come next, the lowest number first.
/// `None` when wires go in a circle.
pub(crate) fn order(inputs: &[Vec<Source>]) -> Option<Vec<usize>> {
    let needs = |at: usize| inputs[at].iter().filter_map(|s| if let Source::Node(n, _) = s { Some(*n) } else { None });
    let mut done = vec![false; inputs.len()];
    let mut order = Vec::with_capacity(inputs.len());
    while order.len() < inputs.len() {
        let next = (0..inputs.len()).find(|at| !done[*at] && needs(*at).all(|n| done[n]))?;
        done[next] = true;
        order.push(next);
    }
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_come_after_what_they_read() {
        let inputs = vec![vec![Source::Node(2, 0)], vec![], vec![Source::Node(1, 0), Source::Inlet(0)]];
        assert_eq!(order(&inputs), Some(vec![1, 2, 0]));
    }

    #[test]
    fn a_circle_has_no_order() {
        assert_eq!(order(&[vec![Source::Node(1, 0)], vec![Source::Node(0, 0)]]), None);
    }
}
